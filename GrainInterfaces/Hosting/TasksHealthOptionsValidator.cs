using Microsoft.Extensions.Options;

namespace OrleansTasks.Hosting;

/// <summary>Says at the start what is wrong with the settings of health checks.</summary>
internal sealed class TasksHealthOptionsValidator : IValidateOptions<TasksHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, TasksHealthOptions options) =>
        options.Faults() is { Count: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
}
