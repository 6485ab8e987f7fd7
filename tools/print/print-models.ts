import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DBT_PACKAGE, dbtFiles } from '../dbt/dbt-package.ts';
import { MODELS_PAGE, modelsPage } from '../models-page.ts';
import { script } from '../script/script.ts';

script('npm run models', `Writes ${MODELS_PAGE} and the dbt package in ${DBT_PACKAGE} anew.`).parse();
writeFileSync(MODELS_PAGE, modelsPage());
for (const [path, text] of dbtFiles()) {
  const file = join(DBT_PACKAGE, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
console.log(`${MODELS_PAGE} and ${DBT_PACKAGE} are written.`);
