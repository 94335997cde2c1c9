const { exercise, options } = require('./exercise.cjs');

async function main() {
  /** @type {{ load(): Promise<typeof import('openai')> }} */
  const dependency = require(String('loads-openai'));
  const { OpenAI } = await dependency.load();
  await exercise('dynamic', new OpenAI(options));
}

main();
