export { type AnswerOptions, answerChat, answerResponse } from './answers.ts'
export { chatTools, responsesTools, type ToolRunner, type ToolsOptions } from './definitions.ts'
