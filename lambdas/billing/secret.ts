import { type CredentialEnvironment, createRequestSigner } from '../aws/request-signer';

const CALL_MS = 5_000;

/**
 * A secret of Secrets Manager, read once for an execution environment, and again when it is asked for fresh: after a rotation.
 *
 * One signed request, since the SDK's client is 390 KB of a bundle.
 *
 * @param name the secret's name or ARN
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function createSecret(
  name: string,
  environment: CredentialEnvironment = process.env,
): (fresh: boolean) => Promise<string> {
  let known: Promise<string> | undefined;
  return (fresh) => {
    if (fresh || !known) {
      known = readSecret(name, environment);
      // The next call tries again.
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
}

async function readSecret(name: string, environment: CredentialEnvironment): Promise<string> {
  const { AWS_REGION: region = 'us-east-1', AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint } = environment;
  const url = new URL(endpoint ?? `https://secretsmanager.${region}.amazonaws.com`);
  const { headers, body } = await createRequestSigner('secretsmanager', region, environment).sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: '/',
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    },
    body: JSON.stringify({ SecretId: name }),
  });
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(CALL_MS) });
  const answer = (await response.json().catch(() => ({}))) as {
    SecretString?: string;
    __type?: string;
    message?: string;
  };
  if (!response.ok) {
    throw new Error(
      `The secret ${name} cannot be read: ${response.status} ${answer.__type ?? ''} ${answer.message ?? ''}`,
    );
  }
  if (!answer.SecretString) throw new Error(`The secret ${name} holds no text`);
  return answer.SecretString;
}
