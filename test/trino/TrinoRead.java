import com.google.common.collect.ImmutableList;
import io.trino.memory.context.AggregatedMemoryContext;
import io.trino.parquet.AbstractParquetDataSource;
import io.trino.parquet.Field;
import io.trino.parquet.ParquetDataSourceId;
import io.trino.parquet.ParquetReaderOptions;
import io.trino.parquet.ParquetTypeUtils;
import io.trino.parquet.reader.MetadataReader;
import io.trino.parquet.reader.ParquetReader;
import io.trino.spi.Page;
import io.trino.spi.block.Block;
import io.trino.spi.type.DateType;
import io.trino.spi.type.DecimalType;
import io.trino.spi.type.Decimals;
import io.trino.spi.type.Int128;
import io.trino.spi.type.Type;
import io.trino.spi.type.VarcharType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ColumnIO;
import org.apache.parquet.io.MessageColumnIO;
import org.joda.time.DateTimeZone;

/**
 * Prints what Trino's Parquet reader returns for a file under declared types, as a table in Glue declares them.
 *
 * Arguments: the file; the columns as name:type, types as Glue writes them (string, date, decimal(38,6)).
 * Output: a line for each row, values separated by tabs; \N for NULL.
 */
public class TrinoRead {
    private static final Pattern DECIMAL = Pattern.compile("decimal\\((\\d+),(\\d+)\\)");

    public static void main(String[] args) throws Exception {
        try (Source source = new Source(Path.of(args[0]))) {
            ParquetMetadata metadata = MetadataReader.readFooter(source, Optional.empty());
            MessageColumnIO columns = ParquetTypeUtils.getColumnIO(
                    metadata.getFileMetaData().getSchema(), metadata.getFileMetaData().getSchema());
            List<Type> types = new ArrayList<>();
            List<Integer> positions = new ArrayList<>();
            ImmutableList.Builder<Field> fields = ImmutableList.builder();
            int found = 0;
            for (int i = 1; i < args.length; i++) {
                String[] parts = args[i].split(":");
                Type type = typeOf(parts[1]);
                types.add(type);
                ColumnIO column = ParquetTypeUtils.lookupColumnByName(columns, parts[0]);
                Optional<Field> field = ParquetTypeUtils.constructField(type, column);
                positions.add(field.isPresent() ? found++ : -1);
                field.ifPresent(fields::add);
            }
            print(source, metadata.getBlocks(), fields.build(), types, positions);
        }
    }

    private static void print(Source source, List<BlockMetaData> blocks, List<Field> fields, List<Type> types,
            List<Integer> positions) throws IOException {
        List<Long> starts = new ArrayList<>();
        long start = 0;
        for (BlockMetaData block : blocks) {
            starts.add(start);
            start += block.getRowCount();
        }
        try (ParquetReader reader = new ParquetReader(Optional.empty(), fields, blocks, starts, source,
                DateTimeZone.UTC, AggregatedMemoryContext.newSimpleAggregatedMemoryContext(),
                new ParquetReaderOptions(), error -> new RuntimeException(error))) {
            // Libraries print warnings of their own before.
            StringBuilder out = new StringBuilder("--rows--\n");
            for (Page page = reader.nextPage(); page != null; page = reader.nextPage()) {
                page = page.getLoadedPage();
                for (int row = 0; row < page.getPositionCount(); row++) {
                    for (int i = 0; i < types.size(); i++) {
                        if (i > 0) out.append('\t');
                        int position = positions.get(i);
                        out.append(position < 0 ? "\\N" : valueOf(page.getBlock(position), types.get(i), row));
                    }
                    out.append('\n');
                }
            }
            System.out.print(out);
        }
    }

    private static Type typeOf(String text) {
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches())
            return DecimalType.createDecimalType(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2)));
        return text.equals("date") ? DateType.DATE : VarcharType.VARCHAR;
    }

    private static String valueOf(Block block, Type type, int row) {
        if (block.isNull(row)) return "\\N";
        if (type instanceof DecimalType) {
            DecimalType decimal = (DecimalType) type;
            BigInteger unscaled = decimal.isShort()
                    ? BigInteger.valueOf(decimal.getLong(block, row))
                    : ((Int128) decimal.getObject(block, row)).toBigInteger();
            return Decimals.toString(unscaled, decimal.getScale());
        }
        if (type == DateType.DATE) return LocalDate.ofEpochDay(type.getLong(block, row)).toString();
        return type.getSlice(block, row).toStringUtf8();
    }

    private static class Source extends AbstractParquetDataSource {
        private final RandomAccessFile file;

        Source(Path path) throws IOException {
            super(new ParquetDataSourceId(path.toString()), Files.size(path), new ParquetReaderOptions());
            file = new RandomAccessFile(path.toFile(), "r");
        }

        @Override
        protected void readInternal(long position, byte[] buffer, int offset, int length) throws IOException {
            file.seek(position);
            file.readFully(buffer, offset, length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
