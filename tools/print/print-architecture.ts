import { writeFileSync } from 'node:fs';
import { projectPath } from '../../infra/config/project.ts';
import { architecturePage } from '../architecture-page.ts';

// `npm run architecture`: draws docs/architecture.md from the templates. Deploys nothing.
writeFileSync(projectPath('docs/architecture.md'), architecturePage());
console.log('docs/architecture.md is drawn.');
