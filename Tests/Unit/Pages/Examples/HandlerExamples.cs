using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Unit.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the pages about handlers, headers and filters show. Nothing here is run; that it compiles is the test.
public static class HandlerExamples
{
    public interface IMailer
    {
        Task<string> SendAsync(string to, string subject, CancellationToken ct);
    }

    internal static void Define(TasksBuilder tasks)
    {
        // example: two-tasks
        tasks.Define("square", (int n) => (long)n * n);
        tasks.Schedule("square-of-seven", TaskSchedule.Every(TimeSpan.FromMinutes(1)), "square", arguments: [7]);
        // end
    }

    internal static void DefineClass(TasksBuilder tasks)
    {
        // example: define-class
        tasks.Define<SendMail>("send-mail");
        // end
    }

    internal static async Task HeaderAsync(ITaskClient tasks)
    {
        // example: header-of-run
        await tasks.RunAsync("charge", [42], new RunOptions { Headers = new Dictionary<string, string> { ["tenant"] = "acme" } });
        // end
    }

    internal static void Filters(ISiloBuilder silo)
    {
        // example: add-filters
        silo.Services.AddScoped<TenantContext>();
        silo.AddTasks(tasks => tasks
            .AddFilter<UseTenant>()                     // around all handlers of this silo
            .AddFilter<Measure>("charge")               // around one, and so around all tasks that it runs
            .AddFilter(async (run, next) =>
            {
                try
                {
                    return await next(run);
                }
                catch (TimeoutException e)
                {
                    throw new RetryLaterException(TimeSpan.FromMinutes(1), "The other side is slow.", e);
                }
            })
            .Define("charge", async (int order, OrdersDb orders, CancellationToken stop) =>   // OrdersDb, scoped too, reads TenantContext
                await orders.ChargeAsync(order, stop)));
        // end
    }

    internal static void ClientFilter(WebApplicationBuilder builder)
    {
        // example: add-client-filter
        builder.Services.AddTaskClientFilter<SendTenant>();
        // end
    }

    // example: handler-class
    public sealed record Mail(string To, string Subject);

    public sealed class SendMail(IMailer mailer) : ITaskHandler<Mail, string>
    {
        public async Task<string> RunAsync(Mail arguments, TaskRunContext run, CancellationToken cancellationToken) =>
            await mailer.SendAsync(arguments.To, arguments.Subject, cancellationToken);
    }
    // end

    // example: run-filter
    public sealed class UseTenant(TenantContext tenant) : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next)
        {
            tenant.Name = run.Headers.GetValueOrDefault("tenant") ?? throw new DoNotRetryException("The run has no tenant.");
            return next(run);
        }
    }
    // end

    // example: client-filter
    public sealed class SendTenant(IHttpContextAccessor http) : ITaskClientFilter
    {
        public ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next)
        {
            call.Headers["tenant"] = http.HttpContext!.User.FindFirst("tenant")!.Value;
            return next(call);
        }
    }
    // end

    public sealed class TenantContext
    {
        public string? Name { get; set; }
    }

    public sealed class Measure : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next) => next(run);
    }

    public sealed class OrdersDb(TenantContext tenant)
    {
        public Task<string> ChargeAsync(int order, CancellationToken ct) => Task.FromResult($"{tenant.Name}: {order}");
    }
}
