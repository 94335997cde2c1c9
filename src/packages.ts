/**
 * The SDKs that can be hooked: `openai`, and those that its generator (Stainless) also makes for other providers, with the
 * same classes and the same format of chat completions. docs/providers.md says which others there are, and why not those.
 */
export const SDK_PACKAGES = [
  'openai',
  'groq-sdk',
  '@cerebras/cerebras_cloud_sdk',
  'together-ai',
  '@perplexity-ai/perplexity_ai',
  'sambanova',
] as const;

/** The name of an SDK that can be hooked. */
export type SdkPackage = (typeof SDK_PACKAGES)[number];

/** The versions that the tests run with, oldest and newest (`npm run test:compat`). */
export const SUPPORTED_VERSIONS: Readonly<Record<SdkPackage, string>> = {
  openai: '4.19 to 7',
  'groq-sdk': '0.2 to 1',
  '@cerebras/cerebras_cloud_sdk': '1.3 to 1.91',
  'together-ai': '0.6 to 0.52',
  '@perplexity-ai/perplexity_ai': '0.12 to 0.38',
  sambanova: '1.3 to 1.4',
};
