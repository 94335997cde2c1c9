import { fileURLToPath } from 'node:url';
import { findCommand, freePorts, startProgram } from './program.js';
import { makeScratch } from './scratch.js';

const CONFIG = fileURLToPath(new URL('../../examples/production/gateway.yaml', import.meta.url));

export interface Gateway {
  /** Where OTLP goes, over HTTP. */
  otlp: string;
  /** Where Prometheus scrapes: host and port. */
  metrics: string;
  stop(): Promise<void>;
}

/** An OpenTelemetry Collector; Jaeger's binary is one. */
export async function findCollector(): Promise<string | undefined> {
  return (await findCommand('COLLECTOR_BIN', 'otelcol-contrib')) ?? findCommand('JAEGER_BIN', 'jaeger');
}

/**
 * The gateway of examples/production, with its addresses on this machine, and quick to judge traces.
 *
 * @param jaeger where its traces go
 * @param env its own settings
 */
export async function startGateway(
  command: string,
  jaeger: string,
  env: Record<string, string> = {},
): Promise<Gateway> {
  const ports = await freePorts('http', 'grpc', 'metrics');
  const scratch = await makeScratch();
  const here = (port: number) => `127.0.0.1:${port}`;
  const overrides = await scratch.write('overrides.yaml', {
    receivers: { otlp: { protocols: { http: { endpoint: here(ports.http) }, grpc: { endpoint: here(ports.grpc) } } } },
    processors: { tail_sampling: { decision_wait: '1s' } },
    exporters: { 'otlp_http/jaeger': { endpoint: jaeger }, prometheus: { endpoint: here(ports.metrics) } },
    service: { telemetry: { metrics: { level: 'none' } } },
  });
  const args = ['--config', CONFIG, '--config', overrides];
  try {
    const program = await startProgram({ command, args, env, readyUrl: `http://${here(ports.metrics)}/metrics` });
    return {
      otlp: `http://${here(ports.http)}`,
      metrics: here(ports.metrics),
      stop: () => program.stop().then(scratch.remove),
    };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
