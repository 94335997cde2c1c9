/**
 * OpenTelemetry's SDK for tests, in its parts. `@opentelemetry/sdk-node` loads every exporter there is, which costs a process
 * a tenth of a second more: it is for the tests whose application uses `NodeSDK`.
 */
export * as core from '@opentelemetry/core';
export * as logs from '@opentelemetry/sdk-logs';
export * as metrics from '@opentelemetry/sdk-metrics';
export * as tracing from '@opentelemetry/sdk-trace-node';
