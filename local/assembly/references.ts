import { listOf, textOf } from './properties';
import { isObject } from './template';

/** Logical ids that a node names with Ref, Fn::GetAtt or Fn::Sub, without resolving anything. */
export const referencedIds = (node: unknown): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const element of value) visit(element);
    if (!isObject(value)) return;
    const attribute = value['Fn::GetAtt'];
    const target = typeof attribute === 'string' ? attribute.split('.')[0] : textOf(listOf(attribute)[0]);
    if (target !== undefined) found.add(target);
    if (typeof value.Ref === 'string') found.add(value.Ref);
    const template = textOf([value['Fn::Sub']].flat()[0]) ?? '';
    for (const [, name = ''] of template.matchAll(/\$\{([^!.}]+)[^}]*\}/g)) found.add(name);
    for (const element of Object.values(value)) visit(element);
  };
  visit(node);
  return found;
};
