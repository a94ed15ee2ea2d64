/** An error as DynamoDB answers it; those of dynalite have the same shape. */
export class ApiError extends Error {
  constructor(
    readonly body: { readonly __type: string; readonly message?: string } & Readonly<Record<string, unknown>>,
    readonly statusCode = 400,
  ) {
    super(body.message);
  }
}

const DYNAMODB = 'com.amazonaws.dynamodb.v20120810#';
const CORAL = 'com.amazon.coral.service#';

export const dynamodbError = (name: string, message: string, more: Readonly<Record<string, unknown>> = {}): ApiError =>
  new ApiError({ __type: `${DYNAMODB}${name}`, message, ...more });

export const serviceError = (name: string, message?: string): ApiError =>
  new ApiError({ __type: `${CORAL}${name}`, ...(message === undefined ? {} : { message }) });

export const validationError = (message: string): ApiError =>
  new ApiError({ __type: 'com.amazon.coral.validate#ValidationException', message });

/** What the embedded engine lacks; the message says which engines have it. */
export const unsupported = (what: string): ApiError =>
  serviceError(
    'UnknownOperationException',
    `The embedded DynamoDB engine does not know ${what}: name an engine that does by --dynamodb <url>, or choose one by --dynamodb-engine dynoxide or --dynamodb-engine dynamodb-local`,
  );

/** Whether it is an answer for the client rather than a fault of the engine. */
export const isApiError = (error: unknown): error is ApiError =>
  error instanceof Error && 'statusCode' in error && 'body' in error;

/** `ConditionalCheckFailedException` */
export const errorName = (error: ApiError): string => error.body.__type.split('#')[1] ?? '';
