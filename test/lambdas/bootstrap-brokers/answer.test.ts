import { type AnswerPorts, answerRequest, type ResourceRequest } from '../../../lambdas/bootstrap-brokers/answer';

const aRequest = (over: Partial<ResourceRequest> = {}): ResourceRequest => ({
  RequestType: 'Create',
  ResponseURL: 'https://cloudformation.example/response',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Brokers',
  ResourceProperties: { ClusterArn: 'arn:cluster' },
  ...over,
});

async function answerTo(request: ResourceRequest, findBrokers: AnswerPorts['findBrokers']) {
  const respond = jest.fn<Promise<void>, Parameters<AnswerPorts['respond']>>(async () => undefined);
  await answerRequest(request, { findBrokers, respond });
  expect(respond).toHaveBeenCalledTimes(1);
  expect(respond.mock.calls[0]?.[0]).toBe(request.ResponseURL);
  return respond.mock.calls[0]?.[1];
}

it.each(['Create', 'Update'] as const)(
  'tells the brokers on %s, for the request that was made',
  async (RequestType) => {
    expect(await answerTo(aRequest({ RequestType }), async (arn) => `b-1.${arn}:9098`)).toEqual({
      Status: 'SUCCESS',
      PhysicalResourceId: 'bootstrap-brokers:arn:cluster',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Brokers',
      Data: { BootstrapBrokerStringSaslIam: 'b-1.arn:cluster:9098' },
    });
  },
);

it('deletes without asking: the cluster may be gone', async () => {
  const gone = async () => Promise.reject(new Error('not found'));
  expect(await answerTo(aRequest({ RequestType: 'Delete' }), gone)).toMatchObject({ Status: 'SUCCESS' });
});

it('fails with the reason when MSK does not answer, instead of leaving CloudFormation to wait', async () => {
  const denied = async () => Promise.reject(new Error('denied'));
  expect(await answerTo(aRequest(), denied)).toMatchObject({
    Status: 'FAILED',
    Reason: 'MSK did not tell its brokers: denied',
  });
});

it('fails when the cluster has no brokers for IAM', async () => {
  expect(await answerTo(aRequest(), async () => undefined)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('enable SASL/IAM'),
  });
});

it('fails when nobody said which cluster', async () => {
  expect(await answerTo(aRequest({ ResourceProperties: {} }), async () => 'b-1')).toMatchObject({ Status: 'FAILED' });
});

it('throws when the answer does not arrive, so that Lambda tries again', async () => {
  const respond = async () => Promise.reject(new Error('no route'));
  await expect(answerRequest(aRequest(), { findBrokers: async () => 'b-1', respond })).rejects.toThrow('no route');
});
