/**
 * What runs inside an execution environment: loads the handler once, then answers one invocation after another over
 * Node's IPC channel. Plain JavaScript, because a dozen environments start at once and none should pay for a compiler.
 *
 * Handler loading, error names and exit codes are those of Lambda's Node.js runtime interface client
 * (https://github.com/aws/aws-lambda-nodejs-runtime-interface-client).
 *
 * Messages are arrays. In: `['invoke', requestId, payload, deadline]`. Out: `['ready']`, `['init-error', document]`,
 * `['ok', requestId, payload]`, `['error', requestId, document]`, `['fatal', document]`.
 */
'use strict';

const { existsSync, readFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** @typedef {{ root: string, handler: string, arn: string, sdkFrom: string }} Start */
/** @type {Start} */
const start = JSON.parse(process.argv[3] ?? '{}');
/** The SDK comes with Lambda's runtime, so a bundle may leave it out; nothing else does. */
const SUPPLIED = /^(@aws-sdk|@smithy|@aws-crypto|@aws)\//;
/** Lambda's limit of a synchronous answer, in bytes. */
const MAX_RESPONSE_BYTES = 6_291_556;

/** An error whose name Lambda gives it, not the code. */
class RuntimeError extends Error {
  /** @param {string} name @param {string} message */
  constructor(name, message) {
    super(message);
    this.name = `Runtime.${name}`;
  }
}

/** @param {unknown} error @returns {string} the error document Lambda answers with */
function toDocument(error) {
  if (!(error instanceof Error) && !(error && typeof error === 'object' && 'message' in error && 'name' in error)) {
    return JSON.stringify({ errorType: typeof error, errorMessage: String(error), trace: [] });
  }
  const { name, message, stack } = /** @type {Error} */ (error);
  return JSON.stringify({ errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') });
}

/** @param {unknown[]} message @param {() => void} [sent] */
function tell(message, sent) {
  if (process.connected) process.send?.(message, undefined, undefined, () => sent?.());
  else sent?.();
}

/** @param {string} directory @returns {boolean} whether the code's own package.json says that .js files are ES modules */
function isModulePackage(directory) {
  for (let at = directory; at.startsWith(start.root); at = path.dirname(at)) {
    const manifest = path.join(at, 'package.json');
    if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
  }
  return false;
}

/**
 * In Lambda nothing lies above the code; here it lies in a project, whose `"type": "module"` must not turn a bundle of
 * CommonJS into an ES module.
 */
function ignorePackagesAboveTheCode() {
  const { _extensions: extensions } =
    /** @type {{ _extensions: Record<string, (module: any, file: string) => void> }} */ (
      /** @type {unknown} */ (Module)
    );
  const load = extensions['.js'];
  extensions['.js'] = (module, file) =>
    file.startsWith(start.root + path.sep) && !isModulePackage(path.dirname(file))
      ? module._compile(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), file)
      : load?.(module, file);
}

function supplySdkToRequire() {
  const fromRunner = Module.createRequire(start.sdkFrom);
  const loader = /** @type {{ _resolveFilename(request: string, ...rest: unknown[]): string }} */ (
    /** @type {unknown} */ (Module)
  );
  const resolve = loader._resolveFilename;
  loader._resolveFilename = function (request, ...rest) {
    try {
      return resolve.call(this, request, ...rest);
    } catch (error) {
      if (!SUPPLIED.test(request)) throw error;
      try {
        return fromRunner.resolve(request);
      } catch {
        throw error;
      }
    }
  };
}

function supplySdkToImport() {
  const hook = `
    import { createRequire } from 'node:module';
    import { pathToFileURL } from 'node:url';
    const fromRunner = createRequire(${JSON.stringify(start.sdkFrom)});
    export async function resolve(specifier, context, next) {
      try { return await next(specifier, context); } catch (error) {
        if (!${SUPPLIED}.test(specifier)) throw error;
        try { return await next(pathToFileURL(fromRunner.resolve(specifier)).href, context); } catch { throw error; }
      }
    }`;
  Module.register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

/** @param {string} stem path of the handler's file without its ending @returns {Promise<Record<string, unknown>>} */
async function loadModule(stem) {
  const importFrom = (/** @type {string} */ file) => {
    supplySdkToImport();
    return import(pathToFileURL(file).href);
  };
  for (const file of [stem, `${stem}.js`]) {
    if (existsSync(file) && path.extname(file) !== '' && !/\.mjs$/.test(file)) {
      if (file.endsWith('.js') && isModulePackage(path.dirname(file))) return importFrom(file);
      return require(file);
    }
  }
  if (existsSync(`${stem}.mjs`)) return importFrom(`${stem}.mjs`);
  if (existsSync(`${stem}.cjs`)) return require(`${stem}.cjs`);
  return require(require.resolve(stem, { paths: [start.root] }));
}

/** @typedef {(event: unknown, context: object, callback: (error?: unknown, result?: unknown) => void) => unknown} Handler */

/** @returns {Promise<Handler>} */
async function loadHandler() {
  const moduleRoot = path.dirname(start.handler);
  const match = /^([^.]*)\.(.*)$/.exec(path.basename(start.handler));
  if (!match || start.handler.includes('..')) throw new RuntimeError('MalformedHandlerName', 'Bad handler');
  const [, file, expression] = /** @type {[string, string, string]} */ (/** @type {unknown} */ (match));
  ignorePackagesAboveTheCode();
  supplySdkToRequire();
  /** @type {Record<string, unknown>} */
  let exports;
  try {
    exports = await loadModule(path.resolve(start.root, moduleRoot, file));
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
    if (error instanceof SyntaxError) throw new RuntimeError('UserCodeSyntaxError', String(error));
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
      throw new RuntimeError('ImportModuleError', String(error));
    throw error;
  }
  const handler = expression
    .split('.')
    .reduce((/** @type {any} */ at, name) => at?.[name] ?? at?.default?.[name], exports);
  if (handler === undefined) throw new RuntimeError('HandlerNotFound', `${start.handler} is undefined or not exported`);
  if (typeof handler !== 'function') throw new RuntimeError('HandlerNotFound', `${start.handler} is not a function`);
  return handler;
}

/** @param {unknown} result @returns {string} */
function toPayload(result) {
  /** @type {string} */
  let payload;
  try {
    payload = JSON.stringify(result) ?? 'null';
  } catch {
    throw new RuntimeError('MarshalError', 'Unable to stringify response body');
  }
  if (Buffer.byteLength(payload) > MAX_RESPONSE_BYTES) {
    const error = new Error(
      `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    );
    error.name = 'Function.ResponseSizeTooLarge';
    throw error;
  }
  return payload;
}

/** @type {(() => void) | undefined} */
let onEmptyEventLoop;
process.on('beforeExit', () => {
  process.channel?.ref();
  onEmptyEventLoop?.();
});

/** Runs `then`, and not what was asked for before, when only the runner's channel keeps the event loop alive. @param {() => void} then */
function whenEventLoopIsEmpty(then) {
  process.channel?.unref();
  onEmptyEventLoop = then;
}

/** @param {string} requestId @param {number} deadline milliseconds of the machine's monotonic clock, which nobody sets and all its processes share */
function contextOf(requestId, deadline) {
  const env = process.env;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: start.arn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.floor(deadline - Number(process.hrtime.bigint()) / 1e6),
  };
}

/** @param {Handler} handler @param {string} requestId @param {string} payload @param {number} deadline */
function invoke(handler, requestId, payload, deadline) {
  let answered = false;
  const context = contextOf(requestId, deadline);
  const answer = () => {
    answered = true;
    onEmptyEventLoop = undefined;
    process.channel?.ref();
  };
  const fail = (/** @type {unknown} */ error) => {
    if (answered) return;
    answer();
    const document = toDocument(error);
    process.stderr.write(`${new Date().toISOString()}\t${requestId}\tERROR\tInvoke Error\t${document}\n`);
    tell(['error', requestId, document]);
  };
  const succeed = (/** @type {unknown} */ result) => {
    if (answered) return;
    try {
      tell(['ok', requestId, toPayload(result)]);
      answer();
    } catch (error) {
      fail(error);
    }
  };
  let called = false;
  const callback = (/** @type {unknown} */ error, /** @type {unknown} */ result) => {
    called = true;
    const settle = () => (error === undefined || error === null ? succeed(result) : fail(error));
    if (context.callbackWaitsForEmptyEventLoop) whenEventLoopIsEmpty(settle);
    else settle();
  };
  Object.assign(context, { succeed, fail, done: callback });
  try {
    const returned = /** @type {any} */ (handler(JSON.parse(payload), context, callback));
    if (typeof returned?.then === 'function') returned.then(succeed, fail);
    // A callback that never comes: Lambda answers null once the event loop is empty.
    else if (!called) whenEventLoopIsEmpty(() => succeed(null));
  } catch (error) {
    fail(error);
  }
}

/** @param {string} name @param {number} code @returns {(error: unknown) => void} */
const die = (name, code) => (error) => {
  const document =
    name === 'UnhandledPromiseRejection' ? toDocument(new RuntimeError(name, String(error))) : toDocument(error);
  process.stderr.write(`${new Date().toISOString()}\tundefined\tERROR\t${name}\t${toDocument(error)}\n`);
  tell(['fatal', document], () => process.exit(code));
};
process.on('uncaughtException', die('Uncaught Exception', 129));
process.on('unhandledRejection', die('UnhandledPromiseRejection', 128));
// The runner died, even by kill -9: nobody would ever read an answer.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole foreground group; the runner decides when an environment ends.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {
  if (process.listenerCount('SIGTERM') === 1) process.exit(0);
  // The function cleans up by itself; without our channel its event loop can end when it is done.
  process.channel?.unref();
});

loadHandler().then(
  (handler) => {
    process.on('message', (/** @type {['invoke', string, string, number]} */ [, requestId, payload, deadline]) =>
      invoke(handler, requestId, payload, deadline),
    );
    tell(['ready']);
  },
  (error) => {
    process.stderr.write(`${new Date().toISOString()}\tundefined\tERROR\tInit Error\t${toDocument(error)}\n`);
    tell(['init-error', toDocument(error)], () => process.exit(1));
  },
);
