import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type Product, productKey } from '../../request/product.ts';

/** The currency in which Apple sold when a price of a desired file was first compared. */
export type FirstCurrency = { price: string; currency: string };
export type FirstCurrencies = Readonly<Record<string, FirstCurrency>>;

/** By product: territory → the price that its file states and the currency of that time. */
export type DesiredCurrencies = {
  read(team: string, product: Product): Promise<FirstCurrencies>;
  write(team: string, product: Product, first: FirstCurrencies): Promise<void>;
};

const itemSchema = z.object({
  first: z.record(z.string(), z.object({ price: z.string(), currency: z.string() })),
});

/** In the table `Prices`, pk = `desired#<product key>`. */
export function createDesiredCurrencies(documents: DynamoDBDocumentClient, table: string): DesiredCurrencies {
  const keyOf = (team: string, product: Product) => ({ pk: `desired#${productKey(team, product)}` });
  return {
    read: async (team, product) => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: keyOf(team, product), ConsistentRead: true }),
      );
      return itemSchema.safeParse(Item).data?.first ?? {};
    },
    write: async (team, product, first) => {
      await documents.send(new PutCommand({ TableName: table, Item: { ...keyOf(team, product), first } }));
    },
  };
}
