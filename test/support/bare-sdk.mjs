/** An SDK that knows no instrumentation, as a vendor's distribution starts one. */
import { NodeSDK } from '@opentelemetry/sdk-node';

const sdk = new NodeSDK({ instrumentations: [] });
sdk.start();
process.once('beforeExit', () => sdk.shutdown());
