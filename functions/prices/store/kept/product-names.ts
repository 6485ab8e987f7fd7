import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { KnownProduct } from '../../request/product.ts';
import { knownProductSchema } from '../../request/product-schemas.ts';

/**
 * Product IDs and bundle IDs that were looked up at Apple. Apple gives a name to one product for good, so what is
 * written stays true; only the display name may be an older one.
 */
export type ProductNames = {
  read(team: string, name: string): Promise<KnownProduct | undefined>;
  write(team: string, name: string, known: KnownProduct): Promise<void>;
};

/** In the table `Prices`, pk = `product-name#<team>#<name>`. */
export function createProductNames(documents: DynamoDBDocumentClient, table: string): ProductNames {
  const keyOf = (team: string, name: string) => ({ pk: `product-name#${team}#${name}` });
  return {
    read: async (team, name) => {
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: keyOf(team, name) }));
      return knownProductSchema.safeParse(Item).data;
    },
    write: async (team, name, { product: { kind, id }, label }) => {
      await documents.send(
        new PutCommand({ TableName: table, Item: { ...keyOf(team, name), product: { kind, id }, label } }),
      );
    },
  };
}
