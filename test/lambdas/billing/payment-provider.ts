import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a provider may do to a call besides answering it as agreed. */
export type Fault =
  | 'answers'
  /** Does it, and the connection breaks. */
  | 'loses-answer'
  /** Does it, and says nothing before the caller gives up. */
  | 'answers-late'
  /** Does it only once it is asked after. */
  | 'pending'
  /** Does it, and fails afterwards. */
  | 500
  /** Does nothing. */
  | 429
  | 503
  | 'not-json'
  | 'redirects';

interface Payment {
  readonly user: string;
  readonly amount: string;
  status: 'charged' | 'declined' | 'voided';
  readonly payment_id: string;
  refunded?: string;
}

/** A payment provider with the API of docs/payments.md, on a port of its own; its faults are taken in turn. */
export class PaymentProvider {
  readonly payments = new Map<string, Payment>();
  readonly calls: string[] = [];
  token = 'token-1';
  readonly #declines: ReadonlySet<string>;
  readonly #faults: Fault[];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor({ faults = [], declines = [] }: { faults?: readonly Fault[]; declines?: readonly string[] } = {}) {
    this.#faults = [...faults];
    this.#declines = new Set(declines);
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** What was taken, less what was given back. */
  taken(): readonly Payment[] {
    return [...this.payments.values()].filter(({ status, refunded }) => status === 'charged' && !refunded);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    this.calls.push(`${request.method} ${url}`);
    let text = '';
    for await (const chunk of request) text += chunk;
    const say = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.headers.authorization !== `Bearer ${this.token}`) return void say(401, { error: 'token' });

    const fault = this.#faults.shift() ?? 'answers';
    if (fault === 429 || fault === 503) return void say(fault, { error: 'busy' });
    if (fault === 'not-json') return void response.writeHead(200).end('<html>sign in</html>');
    if (fault === 'redirects') return void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    const polled = /^\/v1\/charges\/(.+)$/.exec(url)?.[1];
    const body = text ? JSON.parse(text) : {};
    if (fault === 'pending' && url === '/v1/charges') {
      this.#charge(body);
      return void say(202, { status: 'pending' });
    }
    const [status, answer] = polled
      ? this.#tell(decodeURIComponent(polled))
      : url === '/v1/charges'
        ? this.#charge(body)
        : this.#refund(body);
    if (fault === 'loses-answer') return void request.socket.destroy();
    if (fault === 'answers-late') return;
    if (fault === 'pending') return void say(202, { status: 'pending' });
    if (fault === 500) return void say(500, { error: 'afterwards' });
    say(status, answer);
  }

  #charge({ key, user, amount }: { key: string; user: string; amount: string }): [number, object] {
    if (amount === '0') return [422, { error: 'amount' }];
    const known = this.payments.get(key) ?? {
      user,
      amount,
      status: this.#declines.has(user) ? ('declined' as const) : ('charged' as const),
      payment_id: `pay-${this.payments.size + 1}`,
    };
    this.payments.set(key, known);
    return this.#tell(key);
  }

  #tell(key: string): [number, object] {
    const known = this.payments.get(key);
    if (!known) return [404, { error: 'unknown' }];
    if (known.status === 'charged') return [200, { status: 'charged', payment_id: known.payment_id }];
    return [402, { payment_id: known.payment_id, reason: known.status === 'voided' ? 'voided' : 'insufficient_funds' }];
  }

  #refund({ charge, reason }: { charge: string; reason: string }): [number, object] {
    const known = this.payments.get(charge);
    if (!known) {
      this.payments.set(charge, { user: '', amount: '0', status: 'voided', payment_id: `void-${charge}` });
      return [200, { payment_id: null }];
    }
    if (known.status === 'charged') known.refunded ??= reason;
    return [200, { payment_id: known.status === 'charged' ? known.payment_id : null }];
  }
}
