// SPDX-License-Identifier: Apache-2.0
/**
 * A process that has a temporary folder and a tool with a child of its own; says where and which, and goes on until it
 * is ended.
 */
import { runTool } from './run-tool.ts';
import { workFolder } from './work-folder.ts';

const folder = workFolder('fixture', process.argv[2]!);
console.log(folder);
const ended = await runTool('sh', ['-c', `sleep 600 & echo "$$ $!" > ${folder}/pids; wait; exit 7`]);
console.log(JSON.stringify(ended));
