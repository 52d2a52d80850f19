using Microsoft.AspNetCore.Builder;

namespace OrleansTasks.Tests.Samples.Pages;

// What the page for users of Orleans' reminders shows. Nothing here is run; that it compiles is the test.
public static class ReminderExamples
{
    public interface IMails
    {
        Task SendAsync(string invoice);
    }

    internal static void Keep(ISiloBuilder silo)
    {
        // example: reminders-keep
        silo.UseRedisTasks("redis:6379").AddTasks().AddTaskReminders();
        // end
    }

    internal static void SetOptions(ISiloBuilder silo)
    {
        // example: reminders-options
        silo.AddTaskReminders(options => options with { CatchUp = CatchUpPolicy.Last, Retry = RetryPolicy.Default });
        // end
    }

    internal static void AddBeside(ISiloBuilder silo)
    {
        // example: reminders-beside
        silo.AddTaskReminders(besideOrleans: true);
        // end
    }

    internal static async Task MoveRowsAsync(WebApplication app)
    {
        // example: reminders-rows
        await app.StartAsync();
        await app.Services.MoveRemindersToTasksAsync();
        // end
    }

    internal static void Define(ISiloBuilder silo)
    {
        // example: reminders-handler
        silo.UseRedisTasks("redis:6379").AddTasks(tasks =>
            tasks.Define("dun", (string invoice, IMails mails) => mails.SendAsync(invoice)));
        // end
    }

    internal static void CallTheGrain(TasksBuilder tasks)
    {
        // example: reminders-call
        tasks.Define("dun", (string invoice, IGrainFactory grains) => grains.GetGrain<IInvoiceGrain>(invoice).DunAsync());
        // end
    }

    public interface IInvoiceGrain : IGrainWithStringKey
    {
        Task DunAsync();
    }

    public class ScheduledGrain : Grain, IRemindable
    {
        public async Task ScheduleAsync()
        {
            // example: reminders-schedule
            await this.RegisterOrUpdateReminderAsync("report", TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin"));
            // end
        }

        public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
    }

    public static class Before
    {
        public interface IInvoiceGrain : IGrainWithStringKey
        {
            Task OpenAsync();

            Task PaidAsync();
        }

        // example: reminders-before
        public class InvoiceGrain(IMails mails) : Grain, IInvoiceGrain, IRemindable
        {
            public async Task OpenAsync() =>
                await this.RegisterOrUpdateReminder("dunning", dueTime: TimeSpan.FromDays(1), period: TimeSpan.FromDays(1));

            public async Task PaidAsync()
            {
                if (await this.GetReminder("dunning") is { } reminder)
                {
                    await this.UnregisterReminder(reminder);
                }
            }

            public Task ReceiveReminder(string reminderName, TickStatus status) => mails.SendAsync(this.GetPrimaryKeyString());
        }
        // end
    }

    public static class After
    {
        public interface IInvoiceGrain : IGrainWithStringKey
        {
            Task OpenAsync();

            Task PaidAsync();
        }

        // example: reminders-after
        public class InvoiceGrain(ITaskClient tasks) : Grain, IInvoiceGrain
        {
            private string Dunning => $"dun-{this.GetPrimaryKeyString()}";

            public async Task OpenAsync() => await tasks.ScheduleAsync(new TaskRegistration
            {
                Name = Dunning,
                Handler = "dun",
                Schedule = TaskSchedule.Every(TimeSpan.FromDays(1)),
                Arguments = [this.GetPrimaryKeyString()],
            });

            public async Task PaidAsync() => await tasks.GetTask(Dunning).CancelAsync();
        }
        // end
    }

    public abstract class Moving : Grain, IRemindable
    {
        public abstract Task OpenAsync();

        // example: reminders-move
        public async Task ReceiveReminder(string reminderName, TickStatus status)
        {
            await OpenAsync();
            if (await this.GetReminder(reminderName) is { } reminder)
            {
                await this.UnregisterReminder(reminder);
            }
        }
        // end
    }
}
