import { orderSchema, placementSchema } from '../order/order';
import * as items from './item-schemas';
import * as limits from './limit-schemas';
import * as schemas from './schemas';
import * as views from './view-schemas';

export type Json = Record<string, unknown>;

/** The schemas of the document, by name. */
export const components = {
  Placement: placementSchema,
  Order: orderSchema,
  Batch: schemas.batchSchema,
  Accepted: schemas.acceptedSchema,
  ItemResult: schemas.itemResultSchema,
  BatchResult: schemas.batchResultSchema,
  TimelineEvent: schemas.timelineEventSchema,
  OrderView: schemas.orderViewSchema,
  OrderList: schemas.orderListSchema,
  CancelRequest: items.cancelSchema,
  Price: items.priceSchema,
  Item: items.itemSchema,
  StockChange: items.stockSchema,
  StockAccepted: items.stockAcceptedSchema,
  ItemView: items.itemViewSchema,
  Receipt: items.receiptSchema,
  EverybodysLimits: limits.everybodysLimitsSchema,
  UserLimits: limits.userLimitsSchema,
  ItemLimits: limits.itemLimitsSchema,
  Limits: limits.limitsViewSchema,
  PositionList: views.positionListSchema,
  Book: views.bookSchema,
  Report: views.reportSchema,
  Analytics: views.analyticsSchema,
  Health: schemas.healthSchema,
  Problem: schemas.problemSchema,
} as const;

export type SchemaName = keyof typeof components;

export const ref = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });
export const json = (name: SchemaName, description: string, headers?: Json): Json => ({
  description,
  ...(headers && { headers }),
  content: { 'application/json': { schema: ref('schemas', name) } },
});
export const problems = (...statuses: number[]): Json =>
  Object.fromEntries(statuses.map((status) => [status, ref('responses', `Problem${status}`)]));
export const parameter = (
  name: string,
  place: 'path' | 'query' | 'header',
  schema: Json,
  description: string,
): Json => ({
  name,
  in: place,
  required: place === 'path' || name === 'user',
  schema,
  description,
});
