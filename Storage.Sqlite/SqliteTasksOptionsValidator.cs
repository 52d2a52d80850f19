using Microsoft.Extensions.Options;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>Checks the options of the file.</summary>
/// <param name="connectionName">The name that was set where the file was chosen. Another one would have no effect.</param>
internal sealed class SqliteTasksOptionsValidator(string? connectionName) : IValidateOptions<SqliteTasksOptions>
{
    public ValidateOptionsResult Validate(string? name, SqliteTasksOptions options)
    {
        var faults = new List<string>();
        if (options.ConnectionName != connectionName)
        {
            faults.Add($"SqliteTasksOptions.ConnectionName is '{options.ConnectionName}', which does nothing when it is set there; set it "
                + "where UseSqliteTasks is called.");
        }

        if (options.Readers is < 1 or > 64)
        {
            faults.Add($"SqliteTasksOptions.Readers is {options.Readers}; 1 to 64 are allowed.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
