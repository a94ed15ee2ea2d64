/** What CloudFormation sends a custom resource: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html */
export interface ResourceRequest {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly ResourceProperties: { readonly ClusterArn?: string };
}

export interface ResourceResponse {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: { readonly BootstrapBrokerStringSaslIam: string };
}

export interface AnswerPorts {
  /** The cluster's brokers for IAM clients, `host:port,host:port`; undefined when it has none. */
  findBrokers(clusterArn: string): Promise<string | undefined>;
  /** Puts the response where CloudFormation waits for it. */
  respond(url: string, response: ResourceResponse): Promise<void>;
}

/**
 * Answers CloudFormation's request, whatever happens: without an answer it waits until the resource's timeout.
 *
 * Asking changes nothing, so each request may be repeated, and deletion has nothing to delete.
 *
 * @throws only when the answer could not be delivered; Lambda then tries the asynchronous invocation again.
 */
export async function answerRequest(request: ResourceRequest, { findBrokers, respond }: AnswerPorts): Promise<void> {
  const { ClusterArn } = request.ResourceProperties;
  const base = {
    PhysicalResourceId: `bootstrap-brokers:${ClusterArn}`,
    StackId: request.StackId,
    RequestId: request.RequestId,
    LogicalResourceId: request.LogicalResourceId,
  };
  const outcome = async (): Promise<Pick<ResourceResponse, 'Status' | 'Reason' | 'Data'>> => {
    if (request.RequestType === 'Delete') return { Status: 'SUCCESS' };
    if (!ClusterArn) return { Status: 'FAILED', Reason: 'ClusterArn is missing from the properties' };
    try {
      const brokers = await findBrokers(ClusterArn);
      if (brokers) return { Status: 'SUCCESS', Data: { BootstrapBrokerStringSaslIam: brokers } };
      return { Status: 'FAILED', Reason: `${ClusterArn} has no brokers for IAM: enable SASL/IAM on the cluster` };
    } catch (error) {
      return { Status: 'FAILED', Reason: `MSK did not tell its brokers: ${(error as Error).message}` };
    }
  };
  await respond(request.ResponseURL, { ...base, ...(await outcome()) });
}
