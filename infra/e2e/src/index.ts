export { commit } from './evidence/commit.js';
export { type Machine, thisMachine } from './evidence/machine.js';
export { withTable } from './evidence/with-table.js';
export { type StartedStack, startStack } from './stack/start-stack.js';
export { steps } from './story/chapters.js';
export { tell } from './story/story.js';
