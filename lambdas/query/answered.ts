import { DependencyError, OrderflowError } from '../errors';

/** What a store answers; that it does not is nobody's fault here, and passes. */
export async function answered<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (cause instanceof OrderflowError) throw cause;
    throw new DependencyError('dynamodb_unavailable', `DynamoDB did not answer for ${what}`, { cause });
  }
}
