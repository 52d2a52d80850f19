using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Testing.Runs;

/// <summary>Calls a handler, and records its exceptions.</summary>
/// <param name="handler">The handler, with its filters.</param>
internal sealed class NotingInvoker(ITaskInvoker handler) : ITaskInvoker
{
    /// <summary>Gets the exception of the last call, or null if there is none.</summary>
    public Exception? Thrown { get; private set; }

    public IReadOnlyList<HandlerParameter> Parameters => handler.Parameters;

    public bool TakesAll => handler.TakesAll;

    public string? ValueFault => handler.ValueFault;

    public void Check(string task, TaskArguments arguments) => handler.Check(task, arguments);

    public async ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue)
    {
        Thrown = null;
        try
        {
            return await handler.InvokeAsync(services, run, wantsValue).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Thrown = e;
            throw;
        }
    }

    public ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made) =>
        handler.CallAsync(services, run, made);

    public byte[]? Write(object? value, string task) => handler.Write(value, task);
}
