import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  type ContextManager,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { AsyncHooksContextManager, AsyncLocalStorageContextManager } from 'context-async-hooks-2';
import { AsyncLocalStorageContextManager as AsyncLocalStorageContextManager3 } from 'context-async-hooks-3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { baseOf, type Place, type Scope, TracingStorage } from '../../src/agents/storage.js';

const HERE = createContextKey('where the run is');
const KEY = createContextKey('anything');

function place(name: string): Place {
  return { within: (base: Context) => base.setValue(HERE, name) };
}

/** A store that says where it is, as the SDK's does: changed in place. */
class Store implements Scope {
  at: Place | undefined;
  asked: (symbol | undefined)[] = [];
  results: unknown[] = [];
  changes = 0;

  constructor(at?: Place) {
    this.at = at;
  }

  place(_base: Context, key: symbol | undefined) {
    this.asked.push(key);
    return this.at;
  }

  left(result: unknown) {
    this.results.push(result);
  }

  changed() {
    this.changes++;
  }
}

const here = () => context.active().getValue(HERE);

const managers: [string, () => ContextManager][] = [
  ['AsyncLocalStorage, SDK 2.x', () => new AsyncLocalStorageContextManager()],
  ['async hooks, SDK 2.x', () => new AsyncHooksContextManager()],
  ['AsyncLocalStorage, SDK 3.x', () => new AsyncLocalStorageContextManager3()],
];

describe.each(managers)('a tracing storage with a context manager of %s', (_, manager) => {
  let storage: TracingStorage<Store>;
  beforeEach(() => {
    context.setGlobalContextManager(manager().enable());
    storage = new TracingStorage<Store>(new AsyncLocalStorage(), (store) =>
      store instanceof Store ? store : undefined,
    );
  });
  afterEach(() => context.disable());

  it('carries the store as the SDK’s own does', async () => {
    const store = new Store();
    const seen = await storage.run(store, async () => {
      await null;
      return storage.getStore();
    });
    expect(seen).toBe(store);
    expect(storage.getStore()).toBeUndefined();
  });

  it('tells where the run is, each time anew, also after waiting', async () => {
    const store = new Store();
    await storage.run(store, async () => {
      expect(here()).toBeUndefined();
      store.at = place('agent');
      expect(here()).toBe('agent');
      await new Promise((resolve) => setTimeout(resolve));
      expect(here()).toBe('agent');
      store.at = place('tool');
      expect(here()).toBe('tool');
    });
    expect(here()).toBeUndefined();
  });

  it('keeps runs at the same time apart', async () => {
    const seen = await Promise.all(
      ['a', 'b'].map((name) =>
        storage.run(new Store(place(name)), async () => {
          await new Promise((resolve) => setTimeout(resolve, 2));
          return here();
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b']);
  });

  it('builds a scope inside another on what is under that one', () => {
    const outer = new Store(place('outer'));
    storage.run(outer, () => {
      const base = baseOf(context.active());
      storage.run(new Store(), () => {
        expect(here()).toBeUndefined();
        expect(baseOf(context.active())).toBe(base);
      });
      expect(here()).toBe('outer');
    });
  });

  it('keeps what the application put into the context, inside and outside', () => {
    const outside = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage({ user: { value: 'ada' } }));
    const store = new Store(place('agent'));
    context.with(outside, () =>
      storage.run(store, () => {
        expect(propagation.getBaggage(context.active())?.getEntry('user')?.value).toBe('ada');
        context.with(context.active().setValue(KEY, 1), () => {
          storage.run(new Store(place('tool')), () => {
            expect([here(), context.active().getValue(KEY)]).toEqual(['tool', 1]);
          });
        });
      }),
    );
  });

  it('makes ordinary contexts, that stay as they are', () => {
    const store = new Store(place('agent'));
    storage.run(store, () => {
      const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
      const made = trace.setSpan(context.active(), span);
      store.at = place('tool');
      expect(made.getValue(HERE)).toBe('agent');
      expect(trace.getSpan(made)).toBe(span);
      expect(made.deleteValue(HERE).getValue(HERE)).toBeUndefined();
      expect(context.active().deleteValue(HERE).getValue(HERE)).toBeUndefined();
      expect(here()).toBe('tool');
    });
  });

  it('can be bound to a function, which then follows the run', () => {
    const store = new Store(place('agent'));
    const bound = storage.run(store, () => context.bind(context.active(), here));
    store.at = place('tool');
    expect(bound()).toBe('tool');
  });

  it('asks with the key, so that a question need not change anything', () => {
    const store = new Store(place('agent'));
    storage.run(store, () => context.active().getValue(KEY));
    expect(store.asked).toEqual([KEY]);
  });

  it('hands back what the function returns or throws, and tells of what it returned', () => {
    const store = new Store();
    const result = Promise.resolve(1);
    expect(storage.run(store, () => result)).toBe(result);
    expect(store.results).toEqual([result]);
    expect(() =>
      storage.run(store, () => {
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
  });

  it('tells the scope that the SDK set its store again', () => {
    const store = new Store();
    storage.run(store, () => {
      storage.enterWith(store);
      expect(store.changes).toBe(1);
      storage.enterWith(undefined);
      expect(store.changes).toBe(2);
      expect(storage.getStore()).toBeUndefined();
    });
  });

  it('leaves alone what is no scope', () => {
    storage.run('not an object', () => expect(storage.getStore()).toBe('not an object'));
    const active = context.active();
    storage.run({}, () => expect(context.active()).toBe(active));
  });
});
