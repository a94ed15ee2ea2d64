import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/**
 * A secret of Secrets Manager, read once for an execution environment, and again when it is asked for fresh: after a rotation.
 *
 * @param name the secret's name or ARN
 */
export function createSecret(name: string): (fresh: boolean) => Promise<string> {
  const client = new SecretsManagerClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });
  let known: Promise<string> | undefined;
  const read = async () => {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    if (!SecretString) throw new Error(`The secret ${name} holds no text`);
    return SecretString;
  };
  return (fresh) => {
    if (fresh || !known) {
      known = read();
      // The next call tries again.
      known.catch(() => {
        known = undefined;
      });
    }
    return known;
  };
}
