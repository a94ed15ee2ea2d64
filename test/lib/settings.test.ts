import { readSettings, warnings } from '../../lib/settings';
import { aCdkApp } from './synthesise';

const settings = (context: Record<string, string> = {}, environment: NodeJS.ProcessEnv = {}) =>
  readSettings(aCdkApp(context).node, environment);

it('is the dev stage, with a user pool of its own, unless told', () => {
  expect(settings().stage.name).toBe('dev');
  expect(settings().tokens).toBeUndefined();
});

it('takes the environment where the context says nothing', () => {
  expect(settings({}, { ORDERFLOW_STAGE: 'prod', ORDERFLOW_PAYMENTS: 'stand-in' }).stage.name).toBe('prod');
  expect(settings({ stage: 'dev' }, { ORDERFLOW_STAGE: 'prod' }).stage.name).toBe('dev');
  expect(settings({}, { ORDERFLOW_ALARM_EMAIL: 'a@b.c' }).alarmEmail).toBe('a@b.c');
});

it('takes an issuer with its audience', () => {
  expect(settings({ issuer: 'https://id.example', audience: 'a, b' }).tokens).toEqual({
    issuer: 'https://id.example',
    audience: ['a', 'b'],
  });
});

it('lets no web page call the API in prod unless it is named', () => {
  expect(settings({ stage: 'prod' }).origins).toEqual([]);
  expect(settings({ stage: 'prod', origins: 'https://shop.example' }).origins).toEqual(['https://shop.example']);
});

it.each([
  [{ stage: 'production' }, '-c stage=dev or -c stage=prod'],
  [{ stage: 'constructor' }, 'There is no stage'],
  [{ zones: 'a,b' }, 'three names'],
  [{ protect: 'maybe' }, 'yes or no'],
  [{ stage: 'prod', payments: '' }, 'would charge nobody'],
  [{ payments: 'http://pay.example', 'payments-secret': 's' }, 'begins with https://'],
  [{ payments: 'https://pay.example' }, 'needs its token'],
  [{ cidr: '10.0.0.0/24' }, 'from /16 to /18'],
  [{ egress: 'all' }, 'none or nat'],
  [{ clients: '10.0.0.1' }, 'security group or an IPv4 range'],
  [{ 'multi-vpc': '12' }, 'twelve digits'],
  [{ vpc: 'vpc-0a', zones: 'a,b,c' }, 'three subnets'],
  [{ vpc: 'mine', subnets: 'a,b,c', zones: 'a,b,c' }, 'vpc-0123'],
  [{ issuer: 'https://id.example' }, 'needs an audience'],
  [{ audience: 'a' }, 'needs an audience'],
  [{ issuer: 'id.example', audience: 'a' }, 'begins with https://'],
])('refuses %j, and says what to give', (context, message) => {
  expect(() => settings(context as Record<string, string>)).toThrow(message);
});

it('says loudly that nobody hears of alarms, and what prod lacks until its first deployment stands', () => {
  const told = (context: Record<string, string>) => warnings(settings(context)).join('\n');
  expect(told({ stage: 'prod' })).toMatch(/NOBODY HEARS OF AN ALARM.*\n.*-c protect=yes/);
  const whole = { 'alarm-email': 'a@b.c', protect: 'yes', payments: 'https://pay.example', 'payments-secret': 's' };
  expect(told({ stage: 'prod', ...whole })).toBe('');
  expect(told({ stage: 'prod', ...whole, payments: 'stand-in' })).toContain('NOBODY IS CHARGED');
});
