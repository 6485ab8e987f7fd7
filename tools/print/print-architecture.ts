import { writeFileSync } from 'node:fs';
import { projectPath } from '../../infra/config/project.ts';
import { architecturePage } from '../architecture-page.ts';
import { script } from '../script/script.ts';

script('npm run architecture', 'Draws docs/architecture.md from the templates. Deploys nothing.').parse();
writeFileSync(projectPath('docs/architecture.md'), architecturePage());
console.log('docs/architecture.md is drawn.');
