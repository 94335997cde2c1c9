// A test holds these to package.json.
export const PACKAGE_NAME = 'opentelemetry-instrumentation-openai';
export const PACKAGE_VERSION = '0.1.0';
