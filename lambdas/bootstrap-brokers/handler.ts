import { Logger } from '@aws-lambda-powertools/logger';
import { GetBootstrapBrokersCommand, KafkaClient } from '@aws-sdk/client-kafka';
import { answerRequest, type ResourceRequest } from './answer';

const logger = new Logger();
const kafka = new KafkaClient();

export const handler = (request: ResourceRequest): Promise<void> =>
  answerRequest(request, {
    async findBrokers(ClusterArn) {
      const { BootstrapBrokerStringSaslIam } = await kafka.send(new GetBootstrapBrokersCommand({ ClusterArn }));
      return BootstrapBrokerStringSaslIam;
    },
    async respond(url, response) {
      logger.info('Answer to CloudFormation', { response });
      const body = JSON.stringify(response);
      // The address is signed for a request without a content type.
      const { ok, status } = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' } });
      if (!ok) throw new Error(`CloudFormation's response address answered ${status}`);
    },
  });
