import { AsyncLocalStorage } from 'node:async_hooks';
import { type ContextManager, context, createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncHooksContextManager, AsyncLocalStorageContextManager } from 'context-async-hooks-2';
import { AsyncLocalStorageContextManager as AsyncLocalStorageContextManager3 } from 'context-async-hooks-3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LazyContext, ordinary } from '../../src/agents/lazy-context.js';
import { type EnteredScope, TracingStorage } from '../../src/agents/storage.js';

const HERE = createContextKey('where the run is');

/** A store that says where it is and changes in place, as those of the Agents SDK do. */
class Store extends LazyContext implements EnteredScope {
  readonly context = this;
  readonly base = context.active();
  at: string | undefined;
  readonly returned: unknown[] = [];
  readonly thrown: unknown[] = [];

  constructor(at?: string) {
    super();
    this.at = at;
  }

  override resolve() {
    return this.at === undefined ? this.base : ordinary(this.base).setValue(HERE, this.at);
  }

  onEntered() {}

  onReturn<T>(result: T): T {
    this.returned.push(result);
    return result;
  }

  onThrow(error: unknown) {
    this.thrown.push(error);
  }
}

const here = () => context.active().getValue(HERE);

const managers: [string, () => ContextManager][] = [
  ['AsyncLocalStorage, SDK 2.x', () => new AsyncLocalStorageContextManager()],
  ['async hooks, SDK 2.x', () => new AsyncHooksContextManager()],
  ['AsyncLocalStorage, SDK 3.x', () => new AsyncLocalStorageContextManager3()],
];

describe.each(managers)('a tracing storage with a context manager of %s', (_, manager) => {
  let storage: TracingStorage;
  let entered: [unknown, unknown][];
  let left: unknown[];
  beforeEach(() => {
    context.setGlobalContextManager(manager().enable());
    entered = [];
    left = [];
    storage = new TracingStorage(new AsyncLocalStorage(), {
      onRun: (store, outer) => {
        entered.push([store, outer]);
        return store instanceof Store ? store : undefined;
      },
      onEnterWith: (store) => void left.push(store),
      follows: () => false,
    });
  });
  afterEach(() => context.disable());

  it('carries the store as the SDK’s own does, and counts who reads it', async () => {
    const store = new Store();
    const seen = await storage.run(store, async () => {
      await null;
      return storage.getStore();
    });
    expect(seen).toBe(store);
    expect(storage.getStore()).toBeUndefined();
    expect(storage.reads).toBe(2);
  });

  it('runs the work in the context of the scope, which answers anew each time, also after waiting', async () => {
    const store = new Store();
    await storage.run(store, async () => {
      expect(here()).toBeUndefined();
      store.at = 'agent';
      expect(here()).toBe('agent');
      await new Promise((resolve) => setTimeout(resolve));
      expect(here()).toBe('agent');
      store.at = 'tool';
      expect(here()).toBe('tool');
    });
    expect(here()).toBeUndefined();
  });

  it('keeps runs at the same time apart', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((name) =>
        storage.run(new Store(name), async () => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          return here();
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b']);
  });

  it('tells which store was current when another one is run or set', () => {
    const outer = new Store('outer');
    const inner = new Store('inner');
    storage.run(outer, () => {
      storage.run(inner, () => storage.enterWith(undefined));
      storage.enterWith(outer);
    });
    expect(entered).toEqual([
      [outer, undefined],
      [inner, outer],
    ]);
    expect(left).toEqual([inner, outer]);
  });

  it('makes ordinary contexts, which do not change any more', () => {
    const store = new Store('agent');
    storage.run(store, () => {
      const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
      const made = trace.setSpan(context.active(), span);
      store.at = 'tool';
      expect(made.getValue(HERE)).toBe('agent');
      expect(trace.getSpan(made)).toBe(span);
      expect(context.active().deleteValue(HERE).getValue(HERE)).toBeUndefined();
      expect(here()).toBe('tool');
      expect(ordinary(context.active())).not.toBeInstanceOf(LazyContext);
    });
  });

  it('hands back what the work returns or throws, and tells the scope of it', () => {
    const store = new Store();
    const result = Promise.resolve(1);
    expect(storage.run(store, () => result)).toBe(result);
    expect(store.returned).toEqual([result]);
    const error = new RangeError('no');
    expect(() =>
      storage.run(store, () => {
        throw error;
      }),
    ).toThrow(error);
    expect(store.thrown).toEqual([error]);
  });

  it('leaves the context alone where there is no scope', () => {
    const active = context.with(ROOT_CONTEXT.setValue(HERE, 'request'), () => context.active());
    context.with(active, () => {
      storage.run('not an object', () => expect(storage.getStore()).toBe('not an object'));
      storage.run({}, () => expect(context.active()).toBe(active));
    });
  });
});
