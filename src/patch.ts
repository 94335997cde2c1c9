import { isWrapped } from '@opentelemetry/instrumentation';
import { isObject } from './read.js';

/** A method as the SDK declares it: called on a resource or a client. */
export type Method = (this: object, ...args: unknown[]) => unknown;

export type PatchOutcome = 'patched' | 'patched over another' | 'already ours' | 'missing';

const OURS = Symbol.for('opentelemetry-instrumentation-openai.patch');

/**
 * Replaces a method of a prototype, keeping how the property and the function look.
 *
 * Not with `shimmer`, as other instrumentations do: theirs would undo a patch of that kind without a word, and ours
 * theirs. Patches stay for good and are switched off from within, because another party may have patched over them.
 */
export function patchMethod(prototype: unknown, name: string, wrap: (original: Method) => Method): PatchOutcome {
  const owner = ownerOf(prototype, name);
  const descriptor = owner && Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = descriptor?.value;
  if (!owner || typeof original !== 'function') return 'missing';
  if (OURS in original) return 'already ours';

  const patched = wrap(original as Method);
  Object.defineProperties(patched, {
    name: { value: original.name, configurable: true },
    length: { value: original.length, configurable: true },
    [OURS]: { value: true },
  });
  Object.defineProperty(owner, name, { ...descriptor, value: patched });
  return isWrapped(original) ? 'patched over another' : 'patched';
}

/** SDK v4 keeps some methods of the client on a base class. */
function ownerOf(prototype: unknown, name: string): object | undefined {
  for (let at = isObject(prototype) ? prototype : null; at; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return at;
  }
  return undefined;
}
