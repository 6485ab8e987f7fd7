import { writeFileSync } from 'node:fs';
import { MODELS_PAGE, modelsPage } from './models-page.ts';

// `npm run models`: writes docs/models.md from the models.
writeFileSync(MODELS_PAGE, modelsPage());
