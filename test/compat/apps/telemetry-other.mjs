import './telemetry.mjs';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { OtherInstrumentation } from './other-instrumentation.mjs';

registerInstrumentations({ instrumentations: [new OtherInstrumentation('other-sdk')] });
