import { prepare } from './prepare.mjs';

// The rest imports packages that are installed only now.
await prepare();
await import('./main.mjs');
