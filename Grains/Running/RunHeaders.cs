using Microsoft.Extensions.Options;
using OrleansTasks.Client.Filters;
using OrleansTasks.Values;

namespace OrleansTasks.Running;

/// <summary>Determines the headers that handlers pass on to the runs that they start.</summary>
internal sealed class RunHeaders(IOptions<TasksOptions> options) : IRunHeaders
{
    public TaskHeaders? Inherited => RunFlow.Current?.Order.Headers.Named(options.Value.InheritedHeaders);
}
