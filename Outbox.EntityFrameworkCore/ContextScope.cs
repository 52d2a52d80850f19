using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Outbox.EntityFrameworkCore;

/// <summary>Contains a context of the host: of a scope, or from the host's factory.</summary>
/// <typeparam name="TContext">Its type.</typeparam>
internal sealed class ContextScope<TContext> : IAsyncDisposable, IDisposable
    where TContext : DbContext
{
    private readonly AsyncServiceScope _scope;
    private readonly bool _isOwn;

    /// <exception cref="InvalidOperationException">The host has no such context.</exception>
    public ContextScope(IServiceProvider services)
    {
        _scope = services.CreateAsyncScope();
        var context = _scope.ServiceProvider.GetService<TContext>();
        _isOwn = context is null;
        Context = context ?? _scope.ServiceProvider.GetService<IDbContextFactory<TContext>>()?.CreateDbContext()
            ?? throw new InvalidOperationException($"The relay of an outbox needs {typeof(TContext)}, which is not registered. Call "
                + "AddDbContext or AddDbContextFactory.");
    }

    public TContext Context { get; }

    public void Dispose()
    {
        if (_isOwn)
        {
            Context.Dispose();
        }

        _scope.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOwn)
        {
            await Context.DisposeAsync().ConfigureAwait(false);
        }

        await _scope.DisposeAsync().ConfigureAwait(false);
    }
}
