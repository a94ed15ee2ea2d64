import type { Consumer } from './function-needs';
import type { Settings } from './settings';

/** Users whose payments the stand-in declines, for trials and the demo. */
const DECLINED = 'declan,dora';

/** The consumer that charges, with the provider that the settings name: its variables, its secret, its way out. */
export function withPayments<C extends Consumer>(
  consumer: C,
  { stage, payments }: Pick<Settings, 'stage' | 'payments'>,
): C {
  const standIn = !('secret' in payments);
  return {
    ...consumer,
    environment: {
      ...consumer.environment,
      PAYMENT_PROVIDER: payments.provider,
      PAYMENT_SECRET: standIn ? 'none' : payments.secret,
      PAYMENT_DECLINES: standIn && !stage.keepsData ? DECLINED : 'none',
      PAYMENT_LOST_ANSWERS: '0',
    },
    ...(!standIn && { outbound: true, secrets: [payments.secret] }),
  };
}
