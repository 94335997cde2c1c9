import { isWrapped } from '@opentelemetry/instrumentation';
import { type Method, mimic } from '../method.js';
import { isObject } from '../read.js';

export type PatchOutcome =
  | 'patched'
  /** Another instrumentation had patched it. */
  | 'patched over another'
  /** Another instrumentation has since. */
  | 'patched under another'
  | 'already patched'
  /** A second instance of this instrumentation has no say. */
  | 'patched by a twin'
  | 'missing';

/** More instrumentations than one application has. */
const MAX_LAYERS = 16;

const OURS = Symbol.for('opentelemetry-instrumentation-openai.patch');

/**
 * Replaces a method of a prototype, keeping how the property and the function look.
 *
 * Not with `shimmer`, as other instrumentations do: theirs would undo a patch of that kind without a word, and ours
 * theirs. Patches stay for good and are switched off from within, because another party may have patched over them.
 *
 * @param patcher who patches, if it matters; each method is patched once, whoever comes again
 */
export function patchMethod(
  prototype: unknown,
  name: string,
  wrap: (original: Method) => Method,
  patcher?: object,
): PatchOutcome {
  const owner = ownerOf(prototype, name);
  const descriptor = owner && Object.getOwnPropertyDescriptor(owner, name);
  const original: unknown = descriptor?.value;
  if (!owner || typeof original !== 'function') return 'missing';
  const ours: object | undefined = layersOf(original).find((layer) => OURS in layer);
  if (ours) {
    if (Reflect.get(ours, OURS) !== patcher) return 'patched by a twin';
    return ours === original ? 'already patched' : 'patched under another';
  }

  const patched = wrap(original as Method);
  mimic(patched, original as Method);
  Object.defineProperty(patched, OURS, { value: patcher });
  Object.defineProperty(owner, name, { ...descriptor, value: patched });
  return isWrapped(original) ? 'patched over another' : 'patched';
}

/** A method and what it is wrapped around, as far as `shimmer` tells. */
function layersOf(method: object): object[] {
  const layers: object[] = [];
  for (let at: unknown = method; isObject(at) && layers.length < MAX_LAYERS; at = at.__original) layers.push(at);
  return layers;
}

/** The prototype in a chain that has the method: SDK v4 keeps some methods of the client on a base class. */
export function ownerOf(prototype: unknown, name: string): object | undefined {
  for (let at = isObject(prototype) ? prototype : null; at; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, name)) return at;
  }
  return undefined;
}
