import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { PRODUCT_KINDS } from '../../../events/event-product.ts';
import type { KnownProduct } from '../../request/product.ts';

/**
 * Product IDs and bundle IDs that were looked up at Apple. Apple gives a name to one product for good, so what is
 * written stays true; only the display name may be an older one.
 */
export type ProductNames = {
  read(team: string, name: string): Promise<KnownProduct | undefined>;
  write(team: string, name: string, known: KnownProduct): Promise<void>;
};

const itemSchema = z.object({
  product: z.object({ kind: z.enum(PRODUCT_KINDS), id: z.string() }),
  label: z.object({ name: z.string(), productId: z.string() }),
});

/** In the table `Prices`, pk = `product-name#<team>#<name>`. */
export function createProductNames(documents: DynamoDBDocumentClient, table: string): ProductNames {
  const keyOf = (team: string, name: string) => ({ pk: `product-name#${team}#${name}` });
  return {
    read: async (team, name) => {
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: keyOf(team, name) }));
      return itemSchema.safeParse(Item).data;
    },
    write: async (team, name, { product: { kind, id }, label }) => {
      await documents.send(
        new PutCommand({ TableName: table, Item: { ...keyOf(team, name), product: { kind, id }, label } }),
      );
    },
  };
}
