import type { DiagLogger } from '@opentelemetry/api';

/** The logger is the application's own and may fail as well: then nobody is left to tell. */
export function unfailing(logger: DiagLogger): DiagLogger {
  const say =
    (level: keyof DiagLogger) =>
    (...said: Parameters<DiagLogger['error']>): void => {
      try {
        logger[level](...said);
      } catch {}
    };
  return { error: say('error'), warn: say('warn'), info: say('info'), debug: say('debug'), verbose: say('verbose') };
}
