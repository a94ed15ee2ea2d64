/** The HTTP API's route table, written once: the gateway, the functions' routers and the OpenAPI document come from it. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path in API Gateway's syntax: `/orders/{id}`. */
  readonly path: string;
  /** The function that answers: writes go to ingest, reads to query. */
  readonly function: 'ingest' | 'query';
  /** The scope a token needs in the cloud; absent on open routes. */
  readonly scope?: string;
  readonly summary: string;
}

/** The scope that lets a token's bearer place, see and cancel the orders of any user; else the token's subject is the user. */
export const ACT_FOR_OTHERS = 'orders/act-for-others';

/** The scope of those who run the shop: prices, stock, limits, and figures of all users. */
export const OPERATE = 'orders/operate';

export const routes = [
  { method: 'POST', path: '/orders', function: 'ingest', scope: 'orders/write', summary: 'Place an order' },
  { method: 'POST', path: '/orders/batch', function: 'ingest', scope: 'orders/write', summary: 'Place many orders' },
  {
    method: 'GET',
    path: '/orders',
    function: 'query',
    scope: 'orders/read',
    summary: "List a user's orders, newest first",
  },
  {
    method: 'GET',
    path: '/orders/{id}',
    function: 'query',
    scope: 'orders/read',
    summary: 'Status and timeline of an order',
  },
  {
    method: 'POST',
    path: '/orders/{id}/cancel',
    function: 'ingest',
    scope: 'orders/write',
    summary: 'Ask to cancel an order',
  },
  { method: 'PUT', path: '/items/{item}', function: 'ingest', scope: OPERATE, summary: "Set an item's list price" },
  {
    method: 'POST',
    path: '/items/{item}/stock',
    function: 'ingest',
    scope: OPERATE,
    summary: "Change an item's stock",
  },
  {
    method: 'GET',
    path: '/items/{item}',
    function: 'query',
    scope: 'orders/read',
    summary: "An item's price and stock",
  },
  {
    method: 'GET',
    path: '/items/{item}/stock/{receipt}',
    function: 'query',
    scope: OPERATE,
    summary: 'What inventory decided about a receipt',
  },
  { method: 'GET', path: '/limits', function: 'query', scope: OPERATE, summary: 'Limits of everybody' },
  { method: 'GET', path: '/limits/users/{user}', function: 'query', scope: OPERATE, summary: 'Limits of a user' },
  { method: 'GET', path: '/limits/items/{item}', function: 'query', scope: OPERATE, summary: 'Limits of an item' },
  { method: 'PATCH', path: '/limits', function: 'ingest', scope: OPERATE, summary: 'Change the limits of everybody' },
  {
    method: 'PATCH',
    path: '/limits/users/{user}',
    function: 'ingest',
    scope: OPERATE,
    summary: 'Change the limits of a user, or block them',
  },
  {
    method: 'PATCH',
    path: '/limits/items/{item}',
    function: 'ingest',
    scope: OPERATE,
    summary: 'Change the limits of an item, or block it',
  },
  {
    method: 'GET',
    path: '/positions/{user}',
    function: 'query',
    scope: 'orders/read',
    summary: 'What a user holds of each item, at the last prices',
  },
  {
    method: 'GET',
    path: '/book/{item}',
    function: 'query',
    scope: 'orders/read',
    summary: "An item's market: best prices, last price, volume",
  },
  {
    method: 'GET',
    path: '/reports/{user}/{date}',
    function: 'query',
    scope: 'orders/read',
    summary: "A user's day: charges, refunds, fills",
  },
  {
    method: 'GET',
    path: '/analytics',
    function: 'query',
    scope: OPERATE,
    summary: 'Orders a minute, revenue, top items, rates',
  },
  { method: 'GET', path: '/health', function: 'query', summary: 'Whether the API answers' },
  { method: 'GET', path: '/openapi.json', function: 'query', scope: 'orders/read', summary: 'This document' },
] as const satisfies readonly Route[];
