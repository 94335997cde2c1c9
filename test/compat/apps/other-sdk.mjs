import { exercise } from './other-sdk-exercise.cjs';

const { default: Client } = await import(String(process.env.OTHER_SDK));
await exercise(Client);
