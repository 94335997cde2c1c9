import { importHooks } from 'import-in-the-middle/lib/register.js';

/**
 * What `@opentelemetry/auto-instrumentations-node` instruments (0.81 and 0.82, by `getModuleDefinitions()`), without what
 * other parts of this package already know.
 */
export const AUTO_INSTRUMENTED_MODULES: readonly string[] = (
  '@aws-sdk/middleware-stack @aws-sdk/smithy-client @cucumber/cucumber @grpc/grpc-js @hapi/hapi @nestjs/core ' +
  '@node-redis/client @redis/client @smithy/core @smithy/middleware-stack @smithy/smithy-client amqplib bunyan ' +
  'cassandra-driver connect dataloader dns dns/promises express generic-pool graphql http https ioredis kafkajs knex koa ' +
  'lru-memoizer memcached mongodb mongoose mysql mysql2 net oracledb pg pg-pool pino redis restify router socket.io ' +
  'tedious winston'
).split(' ');

/**
 * The modules to hook for instrumentations that were created before `/register` was loaded, for example by
 * `--import @opentelemetry/auto-instrumentations-node/register`. The names that they hook cannot be read later, so this is a fixed list.
 * It is empty if there are no such instrumentations.
 */
export function modulesOfEarlierHooks(): readonly string[] {
  return importHooks.length > 0 ? AUTO_INSTRUMENTED_MODULES : [];
}
