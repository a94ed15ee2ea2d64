import { Aws, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import {
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
  UserPoolClient,
  type UserPoolResourceServer,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { DataKey } from './data-key';
import type { Stage } from './stages';

export interface TokenIssuerProps {
  readonly stage: Stage;
  /** Whether the pool refuses to be deleted. */
  readonly protect: boolean;
  readonly dataKey: DataKey;
  /** `orders/read`: resource server and scope; for everybody. */
  readonly scopes: readonly string[];
  /** Further scopes, for programs only. */
  readonly programScopes: readonly string[];
  /** Where people return to after they signed in. */
  readonly callbacks: readonly string[];
}

/**
 * A user pool that issues tokens with the API's scopes, for those who bring no issuer of their own: one client for people,
 * who sign in on a page with a code (PKCE), and one for programs, which have a secret.
 */
export class TokenIssuer extends Construct {
  readonly issuer: string;
  readonly audience: string[];

  constructor(
    scope: Construct,
    id: string,
    { stage, protect, dataKey, scopes, programScopes, callbacks }: TokenIssuerProps,
  ) {
    super(scope, id);
    const pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      deletionProtection: protect,
      removalPolicy: dataKey.removalPolicy,
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions::AwsSolutions-COG8',
      reason: 'Threat protection is billed for each user a month; a second factor is required instead.',
    });
    const domain = pool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: `orderflow-${stage.name}-${Aws.ACCOUNT_ID}` },
    });

    const granted = resourceServers(pool, [...scopes, ...programScopes]);
    const forPeople = granted.filter(({ name }) => scopes.includes(name)).map(({ scope }) => scope);
    const programs = pool.addClient('Programs', {
      generateSecret: true,
      oAuth: { flows: { clientCredentials: true }, scopes: granted.map(({ scope }) => scope) },
    });
    const people = callbacks.length > 0 ? this.peopleClient(pool, forPeople, callbacks) : undefined;

    this.issuer = `https://cognito-idp.${Stack.of(this).region}.${Aws.URL_SUFFIX}/${pool.userPoolId}`;
    this.audience = [programs, ...(people ? [people] : [])].map(({ userPoolClientId }) => userPoolClientId);

    new CfnOutput(this, 'PoolId', { value: pool.userPoolId }).overrideLogicalId('PoolId');
    new CfnOutput(this, 'TokenEndpoint', { value: `${domain.baseUrl()}/oauth2/token` }).overrideLogicalId(
      'TokenEndpoint',
    );
    new CfnOutput(this, 'ProgramsClientId', { value: programs.userPoolClientId }).overrideLogicalId('ProgramsClientId');
  }

  private peopleClient(pool: UserPool, scopes: OAuthScope[], callbacks: readonly string[]): UserPoolClient {
    return new UserPoolClient(this, 'People', {
      userPool: pool,
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, ...scopes],
        callbackUrls: [...callbacks],
        logoutUrls: [...callbacks],
      },
    });
  }
}

function resourceServers(pool: UserPool, scopes: readonly string[]): { name: string; scope: OAuthScope }[] {
  const serverOf = (name: string) => name.slice(0, name.indexOf('/'));
  return [...new Set(scopes.map(serverOf))].flatMap((identifier) => {
    const declared = scopes
      .filter((name) => serverOf(name) === identifier)
      .map((name) => name.slice(identifier.length + 1))
      .map((scopeName) => new ResourceServerScope({ scopeName, scopeDescription: `${scopeName} ${identifier}` }));
    const server: UserPoolResourceServer = pool.addResourceServer(identifier, { identifier, scopes: declared });
    return declared.map((scope) => ({
      name: `${identifier}/${scope.scopeName}`,
      scope: OAuthScope.resourceServer(server, scope),
    }));
  });
}
