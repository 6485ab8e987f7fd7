import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { MODELS } from '../../functions/models/models.ts';
import { MODELS_PAGE, modelsPage } from '../../tools/models-page.ts';

describe('The page of models', () => {
  it('is what `npm run models` writes', () =>
    assert.equal(readFileSync(MODELS_PAGE, 'utf8'), modelsPage(), 'run `npm run models`'));

  it('comments every column within the 255 characters that Glue takes', () => {
    for (const { name, columns } of MODELS)
      for (const { name: column, comment } of columns)
        assert.ok(comment.length > 0 && comment.length <= 255, `${name}.${column}`);
  });
});
