import { isWrapped } from '@opentelemetry/instrumentation';
import { addClaim, type Claim, type Claimant, newestEnabled } from '../claims.js';
import { type Method, mimic, type Replacement } from '../method.js';
import { isObject } from '../read.js';

export interface PatchOutcome {
  /** Whether the prototype has the method. */
  readonly found: boolean;
  /** Whether it is patched now. A method of a frozen class cannot be. */
  readonly isPatched: boolean;
  /** Another package's instrumentation has wrapped the method too, below or above this patch. */
  readonly sharedWithOthers: boolean;
  /** Another enabled instance of this instrumentation traced the method until now. */
  readonly tookOver: boolean;
}

/**
 * What a patched method has under `CLAIMS`: who wants to trace it, oldest first. Instances of other copies and versions of
 * this package use the same list, so its format must not change.
 */
type Claims = MethodClaim[];

interface MethodClaim extends Claim {
  readonly replacement: Replacement;
}

/** How many layers of wrappers are searched. No application has more instrumentations. */
const MAX_LAYERS = 16;

const CLAIMS = Symbol.for('opentelemetry-instrumentation-openai.claims');
/** The method before the patch, for later claimants to wrap. */
const ORIGINAL = Symbol.for('opentelemetry-instrumentation-openai.original');

const MISSING: PatchOutcome = { found: false, isPatched: false, sharedWithOthers: false, tookOver: false };

/**
 * Patches a method of a prototype. Property attributes, name and length stay the same.
 *
 * A method is patched once. Each call goes to the newest claimant that is enabled, or to the original method if none is:
 * after a restart, a hot reload or in a second copy of this package, the new instance traces and the old one does not.
 *
 * This is not done with `shimmer`, which other instrumentations use: it would undo their patch without a word, and theirs
 * would undo this one. The patch is never removed, because somebody else can have patched over it.
 *
 * @param wrap makes what is called in place of the original method
 */
export function patchMethod(
  prototype: unknown,
  name: string,
  claimant: Claimant,
  wrap: (original: Method) => Replacement,
): PatchOutcome {
  const owner = ownerOf(prototype, name);
  const descriptor = owner && Object.getOwnPropertyDescriptor(owner, name);
  const current: unknown = descriptor?.value;
  if (!owner || typeof current !== 'function') return MISSING;

  const patched = layersOf(current).find((layer) => Object.hasOwn(layer, CLAIMS));
  if (patched) {
    const claims = Reflect.get(patched, CLAIMS) as Claims;
    const isNew = claims.every((claim) => claim.claimant !== claimant);
    const tookOver = isNew && claims.some((claim) => claim.claimant.isEnabled());
    if (isNew) addClaim(claims, { claimant, replacement: wrap(Reflect.get(patched, ORIGINAL) as Method) });
    return {
      found: true,
      isPatched: true,
      sharedWithOthers: patched !== current || isWrapped(Reflect.get(patched, ORIGINAL)),
      tookOver,
    };
  }

  const original = current as Method;
  const claims: Claims = [{ claimant, replacement: wrap(original) }];
  const patch: Method = function (...args) {
    const claim = newestEnabled(claims);
    return claim ? claim.replacement(this, args) : original.apply(this, args);
  };
  mimic(patch, original);
  Object.defineProperties(patch, { [CLAIMS]: { value: claims }, [ORIGINAL]: { value: original } });
  const isPatched = Reflect.defineProperty(owner, name, { ...descriptor, value: patch });
  return { found: true, isPatched, sharedWithOthers: isWrapped(original), tookOver: false };
}

/** A method and the methods that it wraps, as far as `shimmer` tells. */
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
