using System.Data.Common;

namespace OrleansTasks.Outbox.Rows;

/// <summary>Creates commands with parameters, in the same way for every provider.</summary>
internal static class OutboxCommands
{
    /// <summary>Creates a command.</summary>
    /// <param name="connection">The open connection.</param>
    /// <param name="transaction">The transaction, or null if there is none.</param>
    /// <param name="text">The statement.</param>
    /// <param name="values">The names of its parameters and their values.</param>
    public static DbCommand Command(this DbConnection connection, DbTransaction? transaction, string text,
        params ReadOnlySpan<(string Name, object? Value)> values)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@{name}";
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Creates the command that adds a row.</summary>
    public static DbCommand Insert(this DbConnection connection, DbTransaction? transaction, OutboxSql sql, OutboxRow row) =>
        connection.Command(
            transaction, sql.Insert, ("id", row.Id), ("task", row.Task), ("key", row.Key), ("arguments", row.Arguments),
            ("options", row.Options), ("trace", row.Trace), ("created", row.CreatedAt));

    /// <summary>Executes a statement.</summary>
    /// <returns>The number of rows that it affected.</returns>
    public static async Task<int> ExecuteAsync(this DbConnection connection, DbTransaction? transaction, string text,
        CancellationToken ct, params (string Name, object? Value)[] values)
    {
        var command = connection.Command(transaction, text, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the rows of a query.</summary>
    public static async Task<List<T>> ReadAsync<T>(this DbConnection connection, string text, Func<DbDataReader, T> read,
        CancellationToken ct, params (string Name, object? Value)[] values)
    {
        var command = connection.Command(null, text, values);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var rows = new List<T>();
                while (await reader.ReadAsync(ct).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }

                return rows;
            }
        }
    }

    /// <summary>Returns a text, or null.</summary>
    public static string? Text(this DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
