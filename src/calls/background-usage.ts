import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { BackgroundResponse } from '../operations/operation.js';

/** How many responses are remembered. The oldest one is forgotten first. */
const MAX_RESPONSES = 10_000;

/**
 * Decides which call reports the usage of what is made in the background: the first one that sees it, because an application
 * polls any number of times.
 */
export class BackgroundUsage {
  /** By response id: whether a call has reported the usage. */
  readonly #reported = new Map<string, boolean>();

  /** The usage that the call which received these responses reports, added up. */
  unreported(responses: readonly BackgroundResponse[]): Attributes {
    const sum: Attributes = {};
    for (const { usage } of responses.filter((response) => this.isFirst(response))) {
      for (const [name, value] of Object.entries(usage)) sum[name] = added(sum[name], value);
    }
    return sum;
  }

  /** Whether the call that received this response reports its usage. */
  isFirst({ id, declared, usage }: BackgroundResponse): boolean {
    const reported = this.#reported.get(id);
    if (reported === true || (reported === undefined && !declared)) return false;
    const isComplete = Object.keys(usage).length > 0;
    this.#remember(id, isComplete);
    return isComplete;
  }

  #remember(id: string, reported: boolean): void {
    this.#reported.delete(id);
    this.#reported.set(id, reported);
    if (this.#reported.size <= MAX_RESPONSES) return;
    const { value: oldest } = this.#reported.keys().next();
    if (oldest !== undefined) this.#reported.delete(oldest);
  }
}

function added(sum: AttributeValue | undefined, value: AttributeValue | undefined): AttributeValue | undefined {
  return typeof sum === 'number' && typeof value === 'number' ? sum + value : value;
}
