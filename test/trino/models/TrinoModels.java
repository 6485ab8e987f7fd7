import static io.trino.testing.TestingSession.testSessionBuilder;

import io.trino.Session;
import io.trino.plugin.memory.MemoryConnectorFactory;
import io.trino.testing.LocalQueryRunner;
import io.trino.testing.MaterializedRow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Runs statements of a file, which a line of `-- next` parts, in a Trino in this process; prints the rows of queries. */
public final class TrinoModels {
    public static void main(String[] arguments) throws Exception {
        Session session = testSessionBuilder().setCatalog("memory").setSchema("default").build();
        try (LocalQueryRunner runner = LocalQueryRunner.create(session)) {
            runner.createCatalog("memory", new MemoryConnectorFactory(), Map.of());
            for (String statement : Files.readString(Path.of(arguments[0])).split("\n-- next\n")) {
                boolean asks = statement.startsWith("WITH");
                var result = runner.execute(statement);
                if (!asks) continue;
                System.out.println("--rows--");
                for (MaterializedRow row : result.getMaterializedRows())
                    System.out.println(row.getFields().stream().map(value -> value == null ? "NULL" : value.toString())
                            .collect(Collectors.joining("\t")));
            }
        }
        System.out.println("--end--");
        System.exit(0);
    }
}
