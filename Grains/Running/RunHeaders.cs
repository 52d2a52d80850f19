using Microsoft.Extensions.Options;
using OrleansTasks.Client.Filters;
using OrleansTasks.Values;

namespace OrleansTasks.Running;

/// <summary>The headers that handlers hand on to what they ask for.</summary>
internal sealed class RunHeaders(IOptions<TasksOptions> options) : IRunHeaders
{
    public TaskHeaders? Inherited => RunFlow.Current?.Order.Headers.Named(options.Value.InheritedHeaders);
}
