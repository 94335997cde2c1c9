import { findCommand, freePorts, getJson, type Program, run, startProgram } from './program.js';
import { makeScratch } from './scratch.js';

const IMAGE = 'jaegertracing/jaeger:2.20.0';

export interface JaegerSpan {
  traceID: string;
  spanID: string;
  operationName: string;
  references: { refType: string; spanID: string }[];
  tags: { key: string; value: unknown }[];
  logs: { fields: { key: string; value: unknown }[] }[];
}

export interface JaegerTrace {
  spans: JaegerSpan[];
}

export interface Jaeger {
  /** Where OTLP goes, over HTTP. */
  otlp: string;
  services(): Promise<string[]>;
  operations(service: string): Promise<string[]>;
  traces(service: string, tags?: Record<string, string>): Promise<JaegerTrace[]>;
  stop(): Promise<void>;
}

/** The way to run Jaeger here, in words: a binary's path, or an engine of containers and the image. */
export async function findJaeger(): Promise<string | undefined> {
  const binary = await findCommand('JAEGER_BIN', 'jaeger');
  if (binary) return binary;
  for (const engine of ['docker', 'podman']) {
    if ((await run(engine, ['info'])) !== undefined) return `${engine} ${IMAGE}`;
  }
  return undefined;
}

export async function startJaeger(found: string): Promise<Jaeger> {
  const ports = await freePorts('otlp', 'query', 'queryGrpc');
  const api = `http://127.0.0.1:${ports.query}/api`;
  const get = async <T>(path: string) => (await getJson<{ data: T | null }>(`${api}${path}`)).data;
  const stop = found.endsWith(IMAGE) ? await startContainer(found, ports) : await startBinary(found, ports);
  return {
    otlp: `http://127.0.0.1:${ports.otlp}`,
    services: async () => (await get<string[]>('/services')) ?? [],
    operations: async (service) => {
      const operations = await get<{ name: string }[]>(`/operations?service=${service}`);
      return (operations ?? []).map(({ name }) => name).sort();
    },
    traces: async (service, tags = {}) => {
      const query = new URLSearchParams({ service, tags: JSON.stringify(tags), limit: '100' });
      return (await get<JaegerTrace[]>(`/traces?${query}`)) ?? [];
    },
    stop,
  };
}

export function tagsOf({ tags }: { tags: JaegerSpan['tags'] }): Record<string, unknown> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

export function eventsOf({ logs }: JaegerSpan): Record<string, unknown>[] {
  return logs.map(({ fields }) => tagsOf({ tags: fields }));
}

type Ports = Record<'otlp' | 'query' | 'queryGrpc', number>;

async function startBinary(command: string, ports: Ports): Promise<() => Promise<void>> {
  const scratch = await makeScratch();
  const endpoint = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  const config = await scratch.write('jaeger.yaml', {
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { metrics: { level: 'none' } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 1000 } } } },
      jaeger_query: { storage: { traces: 'memory' }, http: endpoint(ports.query), grpc: endpoint(ports.queryGrpc) },
    },
    receivers: { otlp: { protocols: { http: endpoint(ports.otlp) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
  });
  const program = await startProgram({ command, args: ['--config', config], readyUrl: readyUrl(ports) }).catch(
    async (error) => {
      await scratch.remove();
      throw error;
    },
  );
  return async () => {
    await program.stop();
    await scratch.remove();
  };
}

/** The engine hands the signal that ends it on to the container, and removes that. */
async function startContainer(found: string, ports: Ports): Promise<Program['stop']> {
  const [engine = 'docker', image = IMAGE] = found.split(' ');
  const publish = [
    [ports.query, 16686],
    [ports.otlp, 4318],
  ].flatMap(([here, inside]) => ['--publish', `127.0.0.1:${here}:${inside}`]);
  const args = ['run', '--rm', ...publish, image];
  const { stop } = await startProgram({ command: engine, args, readyUrl: readyUrl(ports), timeoutMs: 180_000 });
  return stop;
}

function readyUrl({ query }: Ports): string {
  return `http://127.0.0.1:${query}/api/services`;
}
