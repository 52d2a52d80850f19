using Microsoft.Extensions.Options;

namespace OrleansTasks.Hosting;

/// <summary>Reports faults in the settings of health checks at the start.</summary>
internal sealed class TasksHealthOptionsValidator : IValidateOptions<TasksHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, TasksHealthOptions options) =>
        options.Faults() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
